-- What several collectors over one database ask for; a file has one collector, which takes nothing from another.

-- Deliveries and events go by tenant as everything does; a route asks for severities.
ALTER TABLE delivery ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
UPDATE delivery SET tenant = (SELECT tenant FROM outbox WHERE outbox.event_no = delivery.event_no);
ALTER TABLE outbox ADD COLUMN severity TEXT NOT NULL DEFAULT '';
UPDATE outbox SET severity = json_extract(payload, '$.severity');

-- Which collector took a delivery, a tenant's evaluation or what is to be judged again, and until when
-- (microseconds); another takes it over then.
ALTER TABLE delivery ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN taken_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE evaluation ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN taken_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE judge_again ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE judge_again ADD COLUMN taken_until INTEGER NOT NULL DEFAULT 0;
