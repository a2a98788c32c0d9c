-- Whom the API and the worker sign in as. The group's rights come with the migrations.
create role rivulet_app nologin;
create role rivulet login password 'rivulet' in role rivulet_app;
