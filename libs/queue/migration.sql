-- The tables of the embedded queue (@kelp/queue), in the database of the service that owns the queue.

-- Messages that are not settled.
CREATE TABLE "queue_message" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    -- How often it was taken.
    "attempt" INTEGER NOT NULL DEFAULT 0,
    -- When it may be taken: since it was published, after its retry's delay, or when its lease ends.
    "visible_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enqueued_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "queue_message_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "queue_message_visible_at_idx" ON "queue_message"("visible_at");

-- The keys that were published lately, so that a publish that is tried again is stored once.
CREATE TABLE "queue_key" (
    "key" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "queue_key_pkey" PRIMARY KEY ("key")
);

CREATE INDEX "queue_key_published_at_idx" ON "queue_key"("published_at");

-- Messages that were put aside.
CREATE TABLE "queue_dead" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "body" BYTEA NOT NULL,
    "reason" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "enqueued_at" TIMESTAMPTZ(6) NOT NULL,
    "died_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "queue_dead_pkey" PRIMARY KEY ("id")
);

-- Bodies are dense already, and do not stay long enough for compression to pay.
ALTER TABLE "queue_message" ALTER COLUMN "body" SET STORAGE EXTERNAL;
ALTER TABLE "queue_dead" ALTER COLUMN "body" SET STORAGE EXTERNAL;

-- A queue turns its whole content over all the time: it needs the vacuum by rows that are gone, not by a share of those
-- that are left, and without pauses.
ALTER TABLE "queue_message" SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 10000, toast.autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE "queue_key" SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0
);
