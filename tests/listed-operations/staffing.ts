import { expect } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import type { Person } from '../people.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

const ADD = `mutation ($input: AddCourseStaffInput!) { addCourseStaff(input: $input) { id } }`;

/** A course of the teacher, and a colleague; the course service knows them once they are found. */
async function withColleague({ newCourse, newcomer }: School, name: string) {
  const { id: courseId } = await newCourse(`With ${name}`);
  const colleague = await newcomer(name);
  return { courseId, colleague };
}

async function add({ teacher }: School, courseId: string, { id: userId }: Person): Promise<void> {
  const input = { courseId, userId, role: 'TEACHING_ASSISTANT' };
  await eventually(() => teacher.client.request(ADD, { input }));
}

const member = (name: string, role: string) =>
  expect.objectContaining({ role, user: expect.objectContaining({ name }) });

export const staffing: Runs = {
  async AddCourseStaff(operation, school) {
    const { courseId, colleague } = await withColleague(school, 'Cora Colleague');
    const input = { courseId, userId: colleague.id, role: 'TEACHING_ASSISTANT' };
    const answered = await eventually(() => operation.ask(school.teacher.client, { input }));
    expect(answered).toMatchObject({
      addCourseStaff: {
        id: courseId,
        staff: [
          member('Ines Instructor', 'INSTRUCTOR'),
          member('Cora Colleague', 'TEACHING_ASSISTANT'),
        ],
      },
    });
  },

  async RemoveCourseStaff(operation, school) {
    const { courseId, colleague } = await withColleague(school, 'Remo Removed');
    await add(school, courseId, colleague);
    const input = { courseId, userId: colleague.id };
    expect(await operation.ask(school.teacher.client, { input })).toMatchObject({
      removeCourseStaff: { id: courseId, staff: [member('Ines Instructor', 'INSTRUCTOR')] },
    });
  },

  async CourseStaff(operation, school) {
    const { courseId, colleague } = await withColleague(school, 'Stef Staff');
    await add(school, courseId, colleague);
    expect(await operation.ask(school.teacher.client, { courseId })).toMatchObject({
      course: {
        staff: [
          { role: 'INSTRUCTOR', user: { name: 'Ines Instructor' } },
          {
            role: 'TEACHING_ASSISTANT',
            user: { name: 'Stef Staff', email: colleague.email },
            addedBy: { name: 'Ines Instructor' },
          },
        ],
      },
    });
    // Learners see who teaches a course only as far as its page says so.
    const { course } = await operation.ask<{ course: { staff: { user: { email: null } }[] } }>(
      school.pupil.client,
      { courseId },
    );
    expect(course.staff?.every(({ user }) => user?.email == null) ?? true).toBe(true);
  },

  async TaughtCourses(operation, school) {
    const { courseId, colleague } = await withColleague(school, 'Tara Teaches');
    await add(school, courseId, colleague);
    expect(await operation.ask(colleague.client)).toMatchObject({
      me: {
        taughtCourses: {
          totalCount: 1,
          nodes: [{ id: courseId, title: 'With Tara Teaches', status: 'PUBLISHED' }],
          pageInfo: { hasNextPage: false },
        },
      },
    });
  },
};
