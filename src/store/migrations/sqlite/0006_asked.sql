-- What somebody was asked about and waits for a word, encrypted: a post whose writer was warned, an answer whose reader is to
-- say why. Taking one is removing its row, which happens once. Where nodes share the store, "shared" counts the pieces of its
-- body in hold_bodies once all of them are there. Tokens are spent in no other way any more.

CREATE TABLE asked (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    data_key BLOB NOT NULL,
    head BLOB NOT NULL,
    shared INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX asked_expires ON asked (expires);
DROP TABLE spent;
