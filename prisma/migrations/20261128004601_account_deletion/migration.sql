-- What told a member of things goes with their account.
GRANT DELETE ON "notifications" TO rivulet_app;
