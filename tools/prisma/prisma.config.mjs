// The Prisma CLI's configuration of every app: cli.mjs runs it in the app's folder.
import { join } from 'node:path';

const prisma = join(process.cwd(), 'prisma');

export default {
  schema: join(prisma, 'schema.prisma'),
  migrations: { path: join(prisma, 'migrations') },
  datasource: { url: process.env.DATABASE_URL ?? '' },
};
