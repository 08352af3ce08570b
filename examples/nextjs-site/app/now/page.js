export const dynamic = 'force-dynamic';

export default function Now() {
  return (
    <main>
      <h1>{new Date().toISOString()}</h1>
      <p>{process.env.GREETING ?? 'GREETING is not set'}</p>
    </main>
  );
}
