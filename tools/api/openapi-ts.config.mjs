// How packages/client is generated: one function per operation. What fails throws, because an answer that is not looked at must not pass for success.
export default {
  output: { module: { extension: '.js' }, clean: true },
  plugins: [
    '@hey-api/typescript',
    { name: '@hey-api/client-fetch', throwOnError: true },
    '@hey-api/sdk',
  ],
};
