UPDATE sessions SET phase = @to WHERE id = @id AND phase = @from RETURNING id;
