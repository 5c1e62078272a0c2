INSERT INTO zip_pieces (revision_id, piece, data) VALUES (@revision_id, @piece, @data);
