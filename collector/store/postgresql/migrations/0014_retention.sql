-- As for SQLite: months of which only the state at their end is kept, and what went.
CREATE TABLE thinned (
    tenant   TEXT NOT NULL,
    month    TEXT NOT NULL,
    versions BIGINT NOT NULL,
    digest   BYTEA NOT NULL,
    position TEXT NOT NULL,
    started  BIGINT NOT NULL,
    finished BIGINT,
    PRIMARY KEY (tenant, month)
);
-- The present versions are found by their finding.
CREATE INDEX finding_history_superseded ON finding_history (tenant, superseded) WHERE superseded IS NOT NULL;
