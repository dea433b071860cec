//! The map of the house, as the table in the docs of `src/lib.rs` draws it.

use std::collections::BTreeMap;

/// One room.
#[derive(Debug)]
pub struct Room {
    /// Its height; data flows upwards, uses run downwards.
    pub rank: u32,
    /// Whether it is a pure one.
    pub below_waterline: bool,
    /// The rooms it may use, itself not among them.
    pub may_use: Vec<String>,
}

/// All rooms by name.
#[derive(Debug)]
pub struct Map {
    pub rooms: BTreeMap<String, Room>,
}

/// One row of the table, before the names in it are looked up.
struct Row {
    rank: u32,
    below_waterline: bool,
    names: Vec<String>,
    may_use: String,
}

impl Map {
    /// Reads the table `| rank | room | may use | … |`. The column "may use" holds `nothing`, `below` (every room of a
    /// lower rank) or rooms by name; a named room may be of the same rank, never of a higher one.
    pub fn parse(lib: &str) -> Result<Map, String> {
        let rows = rows(lib)?;
        let ranks: BTreeMap<String, u32> =
            rows.iter().flat_map(|row| row.names.iter().map(|name| (name.clone(), row.rank))).collect();
        let mut rooms = BTreeMap::new();
        for row in &rows {
            let may_use = allowed(row, &ranks)?;
            for name in &row.names {
                let room = Room { rank: row.rank, below_waterline: row.below_waterline, may_use: may_use.clone() };
                if rooms.insert(name.clone(), room).is_some() {
                    return Err(format!("the map in src/lib.rs names the room `{name}` twice"));
                }
            }
        }
        Ok(Map { rooms })
    }
}

fn rows(lib: &str) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let mut below_waterline = true;
    for line in lib.lines() {
        let Some(row) = line.strip_prefix("//! |") else { continue };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [rank, room, may_use, ..] = cells[..] else { continue };
        if room.contains("waterline") {
            below_waterline = false;
        } else if rank != "rank" && !rank.starts_with("---") {
            let rank = rank.parse().map_err(|_| format!("in the map of src/lib.rs `{rank}` is no rank"))?;
            let names = ticked(room);
            if names.is_empty() {
                return Err(format!("in the map of src/lib.rs `{room}` names no room"));
            }
            rows.push(Row { rank, below_waterline, names, may_use: may_use.to_owned() });
        }
    }
    if rows.is_empty() || below_waterline {
        return Err("src/lib.rs has no map: a table `| rank | room | may use | … |` with a *waterline* row".to_owned());
    }
    Ok(rows)
}

fn allowed(row: &Row, ranks: &BTreeMap<String, u32>) -> Result<Vec<String>, String> {
    let mut may_use = ticked(&row.may_use);
    for name in &may_use {
        match ranks.get(name) {
            None => return Err(format!("the map in src/lib.rs lets a room use `{name}`, which it does not list")),
            Some(rank) if *rank > row.rank => {
                return Err(format!("the map in src/lib.rs lets rank {} use `{name}`, which is higher", row.rank));
            }
            Some(_) => {}
        }
    }
    if row.may_use.contains("below") {
        may_use.extend(ranks.iter().filter(|(_, rank)| **rank < row.rank).map(|(name, _)| name.clone()));
    }
    Ok(may_use)
}

/// The words between backticks.
fn ticked(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
