using System.Text;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Reconciliation;

/// <summary>V11: what a job writes costs memory by how much of it is taken, whatever it is made of.</summary>
public sealed class ConsoleCollectorMemoryTests
{
    private const int MaxLength = 16 << 20;
    private const int Seen = 1 << 20;
    private const string Secret = "open sesame, please";

    private static readonly ProviderCommand Order = new(ProviderAction.Poll, new string('a', 24), 1, "hybrid:a:a1", 7);

    public static TheoryData<string> Texts => ["newlines", "one line", "short lines", "no UTF-8", "secrets", "escapes"];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Texts))]
    public async Task The_end_of_a_job_takes_a_few_times_what_is_taken_of_its_text(string kind)
    {
        var output = TextOf(kind);
        var kept = new CountingConsoleStore();
        var consoles = new ConsoleCollector(kept, new ManualTimeProvider());
        await consoles.CollectAsync(Order, output.AsMemory(0, Seen), default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await consoles.CollectFinalAsync(Order, output, default);
        await consoles.CollectFinalAsync(Order, output, default);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        // Where a text repeats itself, what was seen before may be there twice.
        Assert.InRange(kept.Length, (long)output.Length, output.Length + Seen + 100);
        Assert.InRange(taken, 0, (2L * MaxLength) + (16 << 20));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Making_it_inert_and_hiding_secrets_takes_a_few_times_the_text(string kind)
    {
        var (output, scrubber) = (TextOf(kind), new SecretRedactor());
        using var registered = new SecretRegistration(scrubber, Encoding.ASCII.GetBytes(Secret));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var shown = scrubber.Redact(ConsoleTextSanitizer.Sanitize(output));
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(taken, 0, 8L * MaxLength);
        Assert.Equal(-1, shown.Span.IndexOf(Encoding.ASCII.GetBytes(Secret)));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_verdict_is_seen_before_however_many_empty_lines()
    {
        var consoles = new ConsoleCollector(new CountingConsoleStore(), new ManualTimeProvider());

        var last = await consoles.CollectFinalAsync(Order, Encoding.ASCII.GetBytes($"done\nhybrid-verdict m abc 0{new string('\n', 1 << 20)}"), default);

        Assert.Equal("done\nhybrid-verdict m abc 0", last);
    }

    [Fact]
    public void After_sixteen_million_lines_the_last_ten_thousand_are_known()
    {
        var first = TailMerger.Empty.Merge(TextOf("newlines"));

        var next = first.Next.Merge(Encoding.ASCII.GetBytes($"{new string('\n', TailMerger.MaxLines)}new\n"));

        Assert.Equal(("new\n", false), (Encoding.ASCII.GetString(next.Added.Span), next.HasGap));
    }

    private static byte[] TextOf(string kind)
    {
        var pattern = kind switch
        {
            "newlines" => "\n"u8.ToArray(),
            "one line" => "x"u8.ToArray(),
            "short lines" => "a\n"u8.ToArray(),
            "no UTF-8" => [0xFF],
            "secrets" => Encoding.ASCII.GetBytes($"{Secret}\n"),
            _ => "\u001b["u8.ToArray(),
        };
        var text = new byte[MaxLength];
        for (var at = 0; at < text.Length; at++)
        {
            text[at] = pattern[at % pattern.Length];
        }

        return text;
    }

    /// <summary>Takes texts in, and counts them alone.</summary>
    private sealed class CountingConsoleStore : ILaunchConsoleStore
    {
        public long Length { get; private set; }

        public Task<bool> AppendAsync(string launchId, int attempt, long offset, byte[] text, CancellationToken cancellationToken)
        {
            Length = Math.Max(Length, offset + text.Length);
            return Task.FromResult(true);
        }

        public Task<byte[]> ReadAsync(string launchId, int attempt, long offset, int maxBytes, CancellationToken cancellationToken) => Task.FromResult<byte[]>([]);
    }
}
