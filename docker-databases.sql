-- One database for each service, made when the volume is new.
CREATE DATABASE auth;
CREATE DATABASE "user";
CREATE DATABASE course;
CREATE DATABASE progress;
CREATE DATABASE analytics;
CREATE DATABASE billing;
CREATE DATABASE notification;
