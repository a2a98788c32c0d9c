-- Which transaction posted a transfer, so that it can be told afterwards whether a snapshot saw it. A row's own xmin does
-- not tell: post() inserts inside a block with an exception handler, which is a subtransaction with an id of its own, and
-- pg_visible_in_snapshot() answers for ids of whole transactions only. Transfers from before have none: no snapshot that
-- is kept is older than they are.

set role rivulet_ledger;

-- In two steps, so that no row is written anew.
alter table ledger.transfer add column posted_by xid8;
alter table ledger.transfer alter column posted_by set default pg_current_xact_id();

reset role;
