-- CreateTable
CREATE TABLE "role_revocation" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "scope_id" UUID,
    "revoked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "role_revocation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "role_revocation_account_id_idx" ON "role_revocation"("account_id");

-- CreateIndex
CREATE INDEX "role_revocation_revoked_at_idx" ON "role_revocation"("revoked_at");

-- CreateIndex
CREATE INDEX "session_ended_at_idx" ON "session"("ended_at");
