-- Which session of a site belongs to which of its accounts. The session stands here as a keyed hash, the account as records
-- show it. What has ended stays until it would have expired, so that other nodes hear of it.

CREATE TABLE named_sessions (
    session TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    account TEXT NOT NULL,
    hash TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    ended BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX named_sessions_changed ON named_sessions (changed);
CREATE INDEX named_sessions_until ON named_sessions (until);
