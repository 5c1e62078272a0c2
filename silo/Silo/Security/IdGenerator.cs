using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Security;

/// <summary>New ids and lease tokens, from the clock and the operating system's random numbers.</summary>
internal sealed class IdGenerator(TimeProvider time) : ILeaseTokenGenerator, IIdGenerator
{
    private readonly Lock _turn = new();
    private long _millisecond;
    private long _next;

    /// <summary>A new id.</summary>
    public string New() => TimeOrderedId.From(time.GetUtcNow(), NextRandom());

    /// <summary>A new task's id.</summary>
    public TaskId NewTaskId() => NewTaskIds(1, time.GetUtcNow())[0];

    /// <summary>Ids of tasks queued together; they sort in the order of the request, and behind those that were asked for before.</summary>
    public IReadOnlyList<TaskId> NewTaskIds(int count, DateTimeOffset now)
    {
        var first = Reserve(count, now.ToUnixTimeMilliseconds());
        return [.. Enumerable.Range(0, count).Select(index => TaskId.New(now, first + index))];
    }

    private long Reserve(int count, long millisecond)
    {
        lock (_turn)
        {
            // Kept clear of the top, so that counting up does not wrap around.
            var first = millisecond == _millisecond ? _next : NextRandom() & 0x7fff_ffff_ffff;
            (_millisecond, _next) = (millisecond, first + count);
            return first;
        }
    }

    /// <summary>A new lease's token.</summary>
    public string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>A random marker for a launch: 32 hex digits.</summary>
    public string NewMarker() => NewToken();

    private static long NextRandom()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
