import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { Course } from './course.js';

type Query = (this: pg.Client, asked: unknown, ...rest: unknown[]) => unknown;

const courses = new AsyncLocalStorage<Course>();

/** Whose statements these are; undefined: of nobody who races. */
export const presentCourse = (): Course | undefined => courses.getStore();

export const within = <T>(course: Course, act: () => Promise<T>): Promise<T> => courses.run(course, act);

/** Of nobody who races, although one of them asks for it. */
export const outside = <T>(act: () => Promise<T>): Promise<T> => courses.exit(act);

/** Whatever a course asks of the database passes its stops, on whichever connection of the pool. Gives what ends it. */
export function gateStatements(): () => void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (asked, ...rest) {
    const course = courses.getStore();
    if (!course) return query.call(this, asked, ...rest);
    const text = textOf(asked);
    return course.ask(this, text, (altered) => query.call(this, altered === text ? asked : withText(asked, altered), ...rest) as Promise<unknown>);
  };
  return () => {
    prototype.query = query;
  };
}

const textOf = (asked: unknown): string => (typeof asked === 'string' ? asked : (asked as { text: string }).text);

/** Without the name: a prepared statement of that name is another one. */
const withText = (asked: unknown, text: string): unknown => (typeof asked === 'string' ? text : { text, values: (asked as { values: unknown[] }).values });
