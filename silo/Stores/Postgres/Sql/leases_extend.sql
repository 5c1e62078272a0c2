-- Rows are locked in the order of their ids, as a renewal locks them.
UPDATE leases l
SET until = greatest(l.until, now_ms() + l.lease_seconds * 1000)
FROM (SELECT task_id FROM leases ORDER BY task_id FOR NO KEY UPDATE) o
WHERE l.task_id = o.task_id;
