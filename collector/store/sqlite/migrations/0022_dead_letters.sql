-- What was given up is looked for every minute, among all that was ever delivered.
CREATE INDEX delivery_dead ON delivery (tenant, event_no, route) WHERE state = 'dead';
