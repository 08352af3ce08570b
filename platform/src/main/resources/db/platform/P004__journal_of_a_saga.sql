-- A claim reads the journal of the saga it has just locked. In the claim's own statement that would be the journal as it
-- was when the statement began, before the former owner's last checkpoint: a finished step would run again. A volatile
-- function looks anew.
CREATE FUNCTION saga_journal(saga text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT json_agg(json_build_object('n', t.n, 'name', t.name, 'state', t.state, 'attempt', t.attempt,
                                            'undone', t.undone, 'output', t.output))::text
          FROM saga_steps t WHERE t.saga_id = saga);
END $$;
