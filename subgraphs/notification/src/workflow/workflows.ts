import { attemptsGranted } from './attempts-granted.workflow.js';
import { certificateIssued } from './certificate-issued.workflow.js';
import { enrolled } from './enrolled.workflow.js';
import { importEnded } from './import-ended.workflow.js';
import { learningPathCompleted } from './learning-path-completed.workflow.js';
import { orderPaid } from './order-paid.workflow.js';
import { roleAssigned } from './role-assigned.workflow.js';
import { sessionRevoked } from './session-revoked.workflow.js';
import { staffAdded } from './staff-added.workflow.js';
import { topicCompletedFor } from './topic-completed-for.workflow.js';
import { waitlisted } from './waitlisted.workflow.js';
import { welcome } from './welcome.workflow.js';
import { withdrawn } from './withdrawn.workflow.js';
import type { Workflow } from './workflow.js';

/**
 * Everything that people are told of. Instructors watch their courses live and are not told of
 * every enrollment; completing a course gives a certificate, whose message says both.
 */
export const WORKFLOWS: readonly Workflow[] = [
  welcome,
  enrolled,
  waitlisted,
  withdrawn,
  attemptsGranted,
  topicCompletedFor,
  certificateIssued,
  learningPathCompleted,
  orderPaid,
  importEnded,
  roleAssigned,
  staffAdded,
  sessionRevoked,
];
