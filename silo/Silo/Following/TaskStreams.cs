using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Silo.Http.Iron;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Following;

/// <summary>What streams of a task's events are made of.</summary>
internal sealed record TaskStreams(EventStreams Streams, FollowedTasks Followed, ITaskStore Tasks, TaskDesk Desk, Lookups Lookups);
