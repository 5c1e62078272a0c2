INSERT INTO launch_texts (launch_id, attempt, start, size, data)
VALUES (@launch_id, @attempt, @start, @size, @data)
ON CONFLICT (launch_id, attempt, start) DO NOTHING
RETURNING start;
