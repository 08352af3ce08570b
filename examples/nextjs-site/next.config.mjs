/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // this folder is the whole site, wherever it lies
  outputFileTracingRoot: import.meta.dirname,
};
