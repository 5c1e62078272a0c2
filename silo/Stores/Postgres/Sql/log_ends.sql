SELECT i.task_id, i.attempt, i.token, i.session_id, log_end(i.task_id, i.attempt)
FROM unnest(@task_id, @attempt, @token, @session_id) i (task_id, attempt, token, session_id)
JOIN leases l ON l.task_id = i.task_id AND l.attempt = i.attempt AND l.token = i.token AND l.session_id = i.session_id;
