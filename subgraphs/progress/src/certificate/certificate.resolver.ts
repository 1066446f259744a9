import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { OpenWithoutRole } from '@lyceum/platform/membership';
import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Certificate as CertificateRow, PrismaClient } from '../../generated/prisma/client.js';
import { Course } from '../course-progress/course.reference.js';
import { Enrollment } from '../course-progress/enrollment.reference.js';
import type { CertificateLoaders } from './certificate.loaders.js';
import { Certificate } from './certificate.types.js';
import { findCertificate } from './find-certificate.js';
import { User } from './user.reference.js';

@Resolver(() => Certificate)
export class CertificateResolver {
  constructor(private readonly database: Database<PrismaClient>) {}

  @OpenWithoutRole()
  @Query(() => Certificate, {
    nullable: true,
    description:
      'The certificate with this verification code, for anyone, also without signing in; null when there is none.',
  })
  async verifyCertificate(
    @Arg('code', () => String, {
      description: 'As printed; upper or lower case, with or without dashes.',
    })
    code: string,
  ): Promise<CertificateRow | null> {
    return findCertificate(this.database, code);
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: 'The course; null for viewers who cannot see it.',
  })
  course(@Root() row: CertificateRow): Course {
    return { id: row.courseId };
  }

  @FieldResolver(() => User, {
    nullable: true,
    description: 'Who completed the course; null for viewers who cannot see the profile.',
  })
  learner(@Root() row: CertificateRow): User {
    return { id: row.learnerId };
  }

  @FieldResolver(() => Enrollment, {
    nullable: true,
    description: 'The enrollment; null for viewers who cannot see it.',
  })
  enrollment(@Root() row: CertificateRow): Enrollment {
    return { id: row.enrollmentId };
  }
}

@Resolver(() => User)
export class UserCertificatesResolver {
  constructor(private readonly loaders: CertificateLoaders) {}

  @FieldResolver(() => [Certificate], {
    description:
      "The person's certificates, newest first. One's own; of others, those in courses one has insights into. Empty for a person without any role, whose certificates can still be verified by their codes.",
  })
  async certificates(
    @Root() user: User,
    @Ctx() context: RequestContext,
  ): Promise<CertificateRow[]> {
    return context.loader(this.loaders.byLearner).load(user.id);
  }
}
