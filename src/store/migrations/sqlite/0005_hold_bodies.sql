-- The bodies of posts that wait, encrypted as their files are, so that any node can send what another has taken. "shared" counts
-- the pieces once all of them are there.

ALTER TABLE holds ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
CREATE TABLE hold_bodies (
    hold TEXT NOT NULL,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (hold, piece)
) STRICT, WITHOUT ROWID;
