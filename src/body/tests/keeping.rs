//! Memory, then the spool; what is in a spool file; what happens when there is no room.

use super::*;
use crate::body::kept::{KeepError, Keeper, Kept};
use crate::body::spool::BLOCK;
use proptest::prelude::*;
use std::fs;

async fn keep(world: &World, content: &[u8], cut: usize) -> Result<Kept, KeepError> {
    let Means { budget, spools, limits, .. } = &world.means;
    let mut keeper = Keeper::new(budget, spools, limits.memory_per_body)?;
    for piece in content.chunks(cut.max(1)) {
        keeper.push(Bytes::copy_from_slice(piece)).await?;
    }
    keeper.finish().await
}

async fn read(kept: &Kept) -> Vec<u8> {
    kept.read().collect().await.unwrap().to_bytes().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_kept_comes_out_twice(len in 0..3 * BLOCK, cut in 1..9000_usize) {
        let world = World::new();
        let content: Vec<u8> = (0..len).map(|n| (n * n % 251) as u8).collect();
        block_on(async {
            let kept = keep(&world, &content, cut).await.unwrap();
            prop_assert_eq!(kept.is_spooled(), len > 8 << 10);
            prop_assert_eq!(kept.len(), len as u64);
            prop_assert!(read(&kept).await == content);
            let last = kept.into_reading();
            prop_assert!(last.collect().await.unwrap().to_bytes() == content);
            Ok(())
        })?;
        world.assert_free();
    }
}

#[tokio::test]
async fn blocks_at_their_edges_come_out_as_they_went_in() {
    let world = World::new();
    for len in [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1] {
        let content = vec![7; len];
        let kept = keep(&world, &content, 60_000).await.unwrap();
        assert!(kept.is_spooled() && read(&kept).await == content, "{len}");
    }
    world.assert_free();
}

#[tokio::test]
async fn memory_is_charged_while_it_is_held_and_given_back_as_it_goes() {
    let world = World::new();
    let kept = keep(&world, &[1; 8 << 10], 4096).await.unwrap();
    assert_eq!(world.held(), (8 << 10, 0));
    let mut reading = kept.into_reading();
    reading.frame().await.unwrap().unwrap();
    assert_eq!(world.held(), (4 << 10, 0));
    drop(reading);
    world.assert_free();
}

/// The files without a name that this process has open in a directory, by the links of their descriptors.
fn nameless_files(dir: &std::path::Path) -> Vec<Vec<u8>> {
    let links = fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let ours = links.filter(|link| fs::read_link(link).is_ok_and(|target| target.starts_with(dir)));
    ours.filter_map(|link| fs::read(link).ok()).collect()
}

#[tokio::test]
async fn a_spool_file_has_no_name_and_holds_no_plain_text() {
    let world = World::new();
    let content = text(3 * BLOCK, VALUE);
    let kept = keep(&world, &content, 5000).await.unwrap();
    assert_eq!(fs::read_dir(world._dir.path()).unwrap().count(), 0);
    let files = nameless_files(world._dir.path());
    let [file] = files.as_slice() else { panic!("{} files", files.len()) };
    let blocks = content.len().div_ceil(BLOCK);
    assert_eq!(file.len(), content.len() + 16 * blocks);
    assert_eq!(world.held().1, file.len() as u64);
    for piece in content.windows(8).step_by(4001).chain([&VALUE.as_bytes()[..8]]) {
        assert_eq!(memchr::memmem::find(file, piece), None);
    }
    // Equal blocks are not equal in the file, neither within it nor in another.
    let (same, again) = (keep(&world, &[0; 2 * BLOCK], BLOCK).await, keep(&world, &[0; 2 * BLOCK], BLOCK).await);
    let files = nameless_files(world._dir.path());
    let mut blocks: Vec<&[u8]> = files.iter().flat_map(|file| file.chunks(BLOCK + 16)).collect();
    let all = blocks.len();
    blocks.sort_unstable();
    blocks.dedup();
    assert_eq!((files.len(), blocks.len()), (3, all));
    drop((kept, same, again));
    world.assert_free();
    assert!(nameless_files(world._dir.path()).is_empty());
}

#[tokio::test]
async fn a_spool_without_budget_is_full_and_the_next_body_works() {
    let mut world = World::new();
    world.means.budget.resize(256 * MIB, (BLOCK + 16) as u64);
    let error = keep(&world, &[1; 2 * BLOCK], 4096).await.unwrap_err();
    assert!(matches!(error, KeepError::Spool(SpoolError::Full(_))), "{error}");
    world.assert_free();
    assert!(keep(&world, &[1; BLOCK], 4096).await.is_ok());
    world.means.budget.resize(4096, 64 * MIB);
    world.means.limits.memory_per_body = 1 << 20;
    let error = keep(&world, &[1; 5000], 4096).await.unwrap_err();
    assert!(matches!(error, KeepError::Memory(Spent { pool: Pool::Memory, limit: 4096, .. })), "{error}");
    world.assert_free();
}

#[test]
fn a_full_disk_is_told_from_one_that_fails() {
    let full = |error: i32| matches!(SpoolError::from(io::Error::from_raw_os_error(error)), SpoolError::Full(_));
    assert!(full(28) && full(122), "ENOSPC, EDQUOT");
    assert!(!full(5) && !full(13), "EIO, EACCES");
}

#[tokio::test]
async fn a_directory_that_is_missing_is_an_error_of_the_spool() {
    let mut world = World::new();
    world.means.spools = Spools::new(world._dir.path().join("missing"), world.means.budget.clone()).unwrap();
    let error = keep(&world, &[1; BLOCK], 4096).await.unwrap_err();
    assert!(matches!(error, KeepError::Spool(SpoolError::Io(_))), "{error}");
    world.assert_free();
}

#[tokio::test]
async fn debug_shows_no_byte() {
    let world = World::new();
    let content = text(100, VALUE);
    let body = super::super::request::receive(
        Feed::cut(&content, 1000),
        subject(Direction::Upload, "text/plain", Coded::Plain),
        tally(Action::Mask),
        &world.means,
    );
    let shown = format!("{:?} {:?}", keep(&world, &content, 10).await, body.await);
    assert!(!shown.contains("900101"), "{shown}");
}

#[tokio::test]
async fn single_bytes_cost_no_more_than_their_number() {
    let world = World::new();
    let kept = keep(&world, &[5; 8 << 10], 1).await.unwrap();
    assert_eq!(world.held().0, 8 << 10);
    let mut reading = kept.read();
    let mut frames = 0;
    while reading.frame().await.is_some() {
        frames += 1;
    }
    assert!(frames < 4, "{frames}");
}
