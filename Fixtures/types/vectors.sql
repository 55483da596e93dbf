-- Makes vectors-18.tsv, as scalars.sql does, on a server with the extension pgvector.
CREATE EXTENSION IF NOT EXISTS vector;
SELECT 'vector', v, encode(vector_send(v), 'hex')
  FROM unnest(ARRAY['[1,2.5,-3]', '[0]', '[1e-7,123456.7,1e6,-0,3.4028235e38]', '[33554436,0.1]']::vector[]) v;
SELECT 'halfvec', v, encode(halfvec_send(v), 'hex')
  FROM unnest(ARRAY['[1,2.5,-3]', '[0]', '[0.1,65504,6e-8,0.00006,-0]']::halfvec[]) v;
SELECT 'sparsevec', v, encode(sparsevec_send(v), 'hex')
  FROM unnest(ARRAY['{1:1.5,3:2}/5', '{}/3', '{1000000000:-0.1}/1000000000']::sparsevec[]) v;
