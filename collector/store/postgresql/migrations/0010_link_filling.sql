-- As for SQLite: how far it was looked at what kept assets name.
CREATE TABLE link_filling (
    tenant   TEXT PRIMARY KEY,
    reading  TEXT NOT NULL,
    position BIGINT NOT NULL DEFAULT 0,
    changed  BIGINT NOT NULL DEFAULT 0,
    finished BIGINT NOT NULL DEFAULT 0
);
