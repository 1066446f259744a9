import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { unauthenticated } from './errors.js';
import { ROLE_SCOPES, ROLES, type RoleName } from './permissions.js';
import { ANONYMOUS, type SignedIn, type Viewer } from './viewer.js';

const ISSUER = 'lyceum-gateway';
const LIFETIME_SECONDS = 60;

const roleNames = Object.keys(ROLES) as [RoleName, ...RoleName[]];

/** The shape of a person's viewer where it crosses a trust boundary. */
export const signedInSchema: z.ZodType<SignedIn> = z.object({
  kind: z.literal('person'),
  userId: z.uuid(),
  sessionId: z.uuid(),
  organizationId: z.uuid(),
  roles: z.array(
    z.object({
      role: z.enum(roleNames),
      scope: z.enum(ROLE_SCOPES),
      scopeId: z.uuid().nullable(),
    }),
  ),
});

/**
 * Signs what the gateway tells a subgraph of its viewer: HS256, good for a minute and for one
 * subgraph.
 * @param secret the subgraph's own, at least 32 characters
 */
export async function signViewer(
  viewer: Viewer,
  subgraph: string,
  secret: string,
): Promise<string> {
  return new SignJWT({ viewer })
    .setProtectedHeader({ alg: 'HS256', typ: 'viewer+jwt' })
    .setIssuer(ISSUER)
    .setAudience(`lyceum:${subgraph}`)
    .setIssuedAt()
    .setExpirationTime(`${LIFETIME_SECONDS}s`)
    .sign(new TextEncoder().encode(secret));
}

/** @throws UNAUTHENTICATED when the token is missing, forged, expired or for another subgraph */
export async function verifyViewer(
  token: string | undefined,
  subgraph: string,
  secret: string,
): Promise<Viewer> {
  if (!token) throw unauthenticated('This service answers the gateway alone.');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      typ: 'viewer+jwt',
      issuer: ISSUER,
      audience: `lyceum:${subgraph}`,
      requiredClaims: ['exp'],
    });
    const viewer = payload['viewer'];
    if (z.object({ kind: z.literal('anonymous') }).safeParse(viewer).success) return ANONYMOUS;
    return signedInSchema.parse(viewer);
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
      throw unauthenticated('This service answers the gateway alone.');
    }
    throw error;
  }
}
