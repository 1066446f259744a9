import { secretSetting } from '@lyceum/platform/secrets';
import { z } from 'zod';

/** Where files lie and how their addresses are signed; part of the service's settings. */
export const mediaEnv = z.object({
  /** The folder for uploads and media; all instances of the service share it. */
  MEDIA_DIR: z.string().min(1),
  /** Signs the addresses of uploads and media; the same for all instances. */
  COURSE_SECRET: secretSetting('what signs the addresses of files'),
  /** The largest upload, in bytes. */
  COURSE_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000_000_000)
    .default(512 * 1024 * 1024),
});
export type MediaEnv = z.infer<typeof mediaEnv>;
