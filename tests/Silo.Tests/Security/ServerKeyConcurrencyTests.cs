using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>V1: the server key as all threads of a silo use it at once.</summary>
public sealed class ServerKeyConcurrencyTests
{
    private const int Threads = 8;
    private const int SealsEach = 5_000;

    [Fact(Timeout = 120_000)]
    public async Task V1_Values_that_many_threads_seal_at_once_open_for_all_of_them()
    {
        using var key = new ServerKey(RandomNumberGenerator.GetBytes(ServerKey.Length));

        var wrong = await AtOnceAsync((thread, i) =>
        {
            var text = $"thread {thread}, text {i}, and some more, so that a cipher has work to do";
            return key.Open(key.Seal(text, "here"), "here") == text ? null : text;
        });

        Assert.Empty(wrong);
    }

    [Fact(Timeout = 120_000)]
    public async Task V1_A_changed_box_never_opens_while_others_are_sealed_and_opened()
    {
        using var key = new ServerKey(RandomNumberGenerator.GetBytes(ServerKey.Length));
        var good = key.Seal("user 1234567890", "here");
        var changed = (byte[])good.Clone();
        changed[16] ^= 3;

        var wrong = await AtOnceAsync((thread, i) => (thread % 2 == 0, Opens(key, changed)) switch
        {
            (true, _) when key.Open(good, "here") != "user 1234567890" => "a good box gave another text",
            (_, true) => "a changed box was opened",
            _ => null,
        });

        Assert.Empty(wrong);
    }

    [Fact(Timeout = 120_000)]
    public async Task V1_A_browsers_value_opens_for_its_own_purpose_only_on_any_thread()
    {
        var protection = new ServerKeyDataProtectionProvider(new ServerKey(RandomNumberGenerator.GetBytes(ServerKey.Length)));

        var wrong = await AtOnceAsync((thread, i) =>
        {
            var message = protection.CreateProtector($"form {thread}").Protect($"text {i}");
            return protection.CreateProtector($"form {thread}").Unprotect(message) == $"text {i}"
                && !Opens(protection.CreateProtector($"form {thread + 1}"), message) ? null : message;
        });

        Assert.Empty(wrong);
    }

    private static bool Opens(IDataProtector protector, string message)
    {
        try
        {
            protector.Unprotect(message);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool Opens(ServerKey key, byte[] box)
    {
        try
        {
            key.Open(box, "here");
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The exceptions of threads that all begin at the same moment.</summary>
    private static async Task<IEnumerable<string>> AtOnceAsync(Func<int, int, string?> work)
    {
        var wrong = new ConcurrentBag<string>();
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < SealsEach && wrong.IsEmpty; i++)
                {
                    if (TryRun(work, thread, i) is { } problem)
                    {
                        wrong.Add(problem);
                    }
                }
            },
            TaskCreationOptions.LongRunning)));
        return wrong;
    }

    private static string? TryRun(Func<int, int, string?> work, int thread, int i)
    {
        try
        {
            return work(thread, i);
        }
        catch (CryptographicException ex)
        {
            return ex.Message;
        }
    }
}
