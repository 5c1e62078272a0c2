SELECT l.task_id, l.attempt, l.token, l.session_id, log_end(l.task_id, l.attempt)
FROM leases l
WHERE l.task_id = ANY (@task_id);
