SELECT id
FROM tasks
WHERE code_id = @code_id AND phase IS NULL AND id > @after AND id <= @last_id
ORDER BY id
LIMIT @most;
