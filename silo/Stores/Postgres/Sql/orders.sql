SELECT s.*, t.payload, now_ms()
FROM unnest(@task_id, @attempt, @token, @session_id) i (id, attempt, token, session_id)
JOIN task_states s ON s.id = i.id AND s.attempt = i.attempt AND s.token = i.token AND s.session_id = i.session_id
JOIN tasks t ON t.id = i.id
WHERE s.stopping = 0;
