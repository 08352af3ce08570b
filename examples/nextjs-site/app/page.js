export default function Page() {
  return (
    <main>
      <h1>Hello from a Next.js site</h1>
      <p>
        This page was made by <code>npm run build</code>; <a href="/now">another one</a> is made per request.
      </p>
    </main>
  );
}
