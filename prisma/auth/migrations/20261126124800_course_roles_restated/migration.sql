-- Who was given a role in a course before courses kept their staff: said again, for the course service.
INSERT INTO "outbox" ("id", "type", "aggregate_id", "organization_id", "actor_id", "correlation_id", "time", "data")
SELECT said."id", 'auth.role.assigned.v1', r."account_id"::text, r."organization_id", r."assigned_by"::text,
  said."id"::text, now(),
  jsonb_build_object('userId', r."account_id", 'restated', true,
    'assignment', jsonb_build_object('role', r."role", 'scope', r."scope", 'scopeId', r."scope_id"))
FROM "role_assignment" r
CROSS JOIN LATERAL (SELECT gen_random_uuid() AS "id", r."id" AS "of") said
WHERE r."scope" = 'COURSE' AND r."role" IN ('INSTRUCTOR', 'TEACHING_ASSISTANT')
ORDER BY r."id";
