DELETE FROM code_cancels
WHERE code_id = @code_id AND last_id = @last_id
  AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.code_id = @code_id AND t.phase IS NULL AND t.id <= @last_id);
