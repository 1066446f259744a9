import { analyticsService } from '@lyceum/analytics/app';
import { authService } from '@lyceum/auth/app';
import { billingService } from '@lyceum/billing/app';
import { courseService } from '@lyceum/course/app';
import { notificationService } from '@lyceum/notification/app';
import type { Service } from '@lyceum/platform/service';
import { progressService } from '@lyceum/progress/app';
import { userService } from '@lyceum/user/app';

export const services: readonly Service[] = [
  authService,
  userService,
  courseService,
  progressService,
  analyticsService,
  billingService,
  notificationService,
];
