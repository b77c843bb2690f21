-- How far it was looked at what the kept assets of each tenant name: those that were kept before this step, or before
-- other properties counted. `reading` is what identifiers are found by, `position` the asset number up to which it has
-- come; `changed` counts assets that name others than was known, until all is judged again for them. `finished` is 1
-- where all was looked at.
CREATE TABLE link_filling (
    tenant   TEXT PRIMARY KEY,
    reading  TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    changed  INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0
);
