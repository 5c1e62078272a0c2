SELECT s.*, t.payload
FROM task_states s
JOIN tasks t ON t.id = s.id
WHERE s.id = @id AND s.attempt = @attempt AND s.token = @token AND s.session_id = @session_id AND s.stopping = 0;
