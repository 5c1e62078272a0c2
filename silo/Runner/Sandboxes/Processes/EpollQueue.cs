using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// Returns which descriptors can be read, in the order in which they became readable; plain poll has no order.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollQueue : IDisposable
{
    private const int MaxEventSize = 16;

    // The number that comes back stands right behind the flags on x86-64, and aligned everywhere else.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly SafeFileHandle _queue = new(Check(Posix.EpollCreate(Posix.CloseOnExec)), ownsHandle: true);

    /// <summary>Returns the result of a call; throws a <see cref="Win32Exception"/> on failure.</summary>
    public static int Check(int result) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    /// <summary>Watches a descriptor under a number, for one notification.</summary>
    public void Add(SafeFileHandle descriptor, int number) => Watch(Posix.EpollAdd, descriptor, number);

    /// <summary>Watches one again that was notified and read since.</summary>
    public void Rearm(SafeFileHandle descriptor, int number) => Watch(Posix.EpollModify, descriptor, number);

    /// <summary>Waits for the next one that can be read, or is at its end.</summary>
    public int Next()
    {
        var what = stackalloc byte[MaxEventSize];
        while (Posix.EpollWait(Descriptor(_queue), what, maxEvents: 1, milliseconds: -1) < 1)
        {
            // A signal came between.
        }

        return Marshal.ReadInt32((nint)what, DataOffset);
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private void Watch(int how, SafeFileHandle descriptor, int number)
    {
        var what = stackalloc byte[MaxEventSize];
        Marshal.WriteInt32((nint)what, 0, unchecked((int)Posix.EpollInOneShot));
        Marshal.WriteInt64((nint)what, DataOffset, number);
        Check(Posix.EpollControl(Descriptor(_queue), how, Descriptor(descriptor), what));
    }
}
