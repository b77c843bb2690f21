-- Months of which only the state at their end is kept of what had ended by then: how many versions went, and a digest of
-- them in their order (BLAKE2b over the digest before and each version). `position` is a JSON list of how far it
-- has come, `finished` is null until all of the month was looked at. A month is that of `superseded`, as '2024-07'.
CREATE TABLE thinned (
    tenant   TEXT NOT NULL,
    month    TEXT NOT NULL,
    versions INTEGER NOT NULL,
    digest   BLOB NOT NULL,
    position TEXT NOT NULL,
    started  INTEGER NOT NULL,
    finished INTEGER,
    PRIMARY KEY (tenant, month)
);
-- The present versions are found by their finding.
CREATE INDEX finding_history_superseded ON finding_history (tenant, superseded) WHERE superseded IS NOT NULL;
