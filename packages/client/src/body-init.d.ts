/** The generated client uses the browser's name; Node's types have the thing without it. */
type BodyInit = NonNullable<RequestInit['body']>;
