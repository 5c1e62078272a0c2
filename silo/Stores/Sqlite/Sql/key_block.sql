INSERT INTO key_blocks (only_row, block) VALUES (1, 1)
ON CONFLICT (only_row) DO UPDATE SET block = key_blocks.block + 1
RETURNING block;
