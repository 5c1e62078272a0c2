SELECT l.labels, c.code_id, MAX(c.most - c.taken, 0)
FROM lanes l
LEFT JOIN code_limits c ON c.code_id = l.code_id AND c.most > 0
WHERE l.id = @lane;
