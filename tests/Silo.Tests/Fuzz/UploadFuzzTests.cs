using System.Text;
using OrleansHybrid.Silo.Tests.Support;
using Xunit.Abstractions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>S12: good uploads, spoilt by chance.</summary>
public sealed class UploadFuzzTests(TestSilo silo, ITestOutputHelper output) : IClassFixture<TestSilo>
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(20);

    [Fact(Timeout = 3_600_000)]
    public async Task S12_whatever_comes_is_answered_soon_and_never_with_5xx()
    {
        var tenant = await silo.NewTenantAsync();
        var (taken, refused) = (0, 0);
        foreach (var chance in FuzzRounds.All(output))
        {
            var body = Mutate(Good(), chance);
            var type = chance.Next(20) == 0
                ? $"multipart/form-data; boundary={Text(chance)}"
                : "multipart/form-data; boundary=abc$";
            using var late = new CancellationTokenSource(ResponseTimeout);

            var reply = await tenant.Api.SendAsync(
                HttpMethod.Post, $"{tenant.Project}/codes", ApiClient.Body(body, type), cancellationToken: late.Token);

            Assert.True(reply.Status is 200 or 400 or 406 or 413, $"{reply}");
            Assert.NotEmpty(reply.Msg);
            (taken, refused) = reply.Status == 200 ? (taken + 1, refused) : (taken, refused + 1);
        }

        // Chance has to leave some of them whole, and must not leave all.
        Assert.True(taken + refused == 1 || (taken > 0 && refused > 0), $"{taken} taken, {refused} refused");
        Assert.Equal(200, (await tenant.SendZipAsync(TestZips.Small)).Status);
        Assert.DoesNotContain(silo.Logs.All, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    private static List<byte> Good() =>
    [
        .. "--abc$\r\nContent-Disposition: form-data; name=\"data\"\r\nContent-Type: text/plain; charset=US-ASCII\r\n\r\n"u8,
        .. """{"name":"a","image":"b","command":"c d","retries":1,"env_vars":{"A":"1"},"options":[],"config":"x"}"""u8,
        .. "\r\n--abc$\r\nContent-Disposition: form-data; name=\"file\"; filename=\"w.zip\"\r\n\r\n"u8,
        .. TestZips.Small,
        .. "\r\n--abc$--\r\n"u8,
    ];

    private static byte[] Mutate(List<byte> body, Random random)
    {
        for (var times = random.Next(1, 5); times > 0 && body.Count > 0; times--)
        {
            var at = random.Next(body.Count);
            var length = Math.Min(random.Next(1, 64), body.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, length);
                    break;
                case 2:
                    body.InsertRange(random.Next(body.Count), body.GetRange(at, length));
                    break;
                case 3:
                    body.RemoveRange(at, body.Count - at);
                    break;
                case 4:
                    body.InsertRange(at, Encoding.Latin1.GetBytes(Text(random)));
                    break;
                default:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. body];
    }

    private static string Text(Random random) => random.Next(4) switch
    {
        0 => "\"",
        1 => "--abc$",
        2 => new string((char)random.Next('!', '~'), random.Next(1, 300)),
        _ => $"{random.Next():x}",
    };
}
